/**
 * Who opened or clicked, where the provider does not say: rules of ours over the user agent, and so marked as derived. What they leave
 * unknown, and what they take for a person's, later clicks may still show to be a machine's (domain: bursts).
 */
import type { Actor, Engagement } from '#contracts/engagement.js';
import type { EngagementInput } from '#contracts/inputs.js';
import type { SourcePolicy } from './source.js';

/** Programs that say so: crawlers, link scanners of mail gateways, previews of chats, tools. */
const MACHINES = new RegExp(
  [
    String.raw`bot\b|crawl|spider|scan(?:ner)?\b|preview|prefetch|monitor|headless|phantomjs|lighthouse`,
    'proofpoint|urldefense|mimecast|barracuda|messagelabs|symantec|fortiguard|fortinet|ironport|trendmicro|safelinks',
    'sophos|zscaler|avanan|checkpoint|vade ?secure|cloudmark|hornetsecurity|microsoft office existence discovery',
    'skypeuripreview|bingpreview|facebookexternalhit|whatsapp/|slack-img|okhttp|apache-httpclient|libwww|guzzlehttp',
    '^curl/|^wget/|^python|urllib|^go-http-client|^java/|^axios/|^node-fetch|^undici|^ruby|^php|winhttp|^postman|httpx',
  ].join('|'),
  'i',
);
/** Nothing but a product: Apple Mail Privacy Protection loads images so, whether the message is read or not. */
const BARE = /^Mozilla\/[45]\.0$/;
/** Shows an image to a person, and perhaps before: says nothing either way. */
const IMAGE_PROXY = /GoogleImageProxy|YahooMailProxy|yahoo.*slurp/i;
/** A whole browser: product, platform in brackets, engine. */
const BROWSER = /^Mozilla\/5\.0 \([^)]{4,}\).*(?:Gecko|AppleWebKit|Chrome|Firefox|Safari|Edg)/;

type Judged = Pick<EngagementInput['data'], 'actor' | 'actorDerived' | 'actorAsSaid'>;

/** The actor to record. What the provider states is taken; a source may want nothing else. */
export function judgedActor(engagement: Engagement, policy: SourcePolicy | undefined): Judged {
  const { type, actor, actorDerived } = engagement;
  const said: Judged = {
    ...(actor === undefined ? {} : { actor }),
    ...(actorDerived === undefined ? {} : { actorDerived }),
  };
  if (type !== 'opened' && type !== 'clicked') return said;
  if (policy?.deriveActors === false) return { ...said, actorAsSaid: true };
  if (actor !== undefined && actor !== 'unknown') return said;
  const derived = actorOf(type, engagement.userAgent?.trim() ?? '');
  return derived === null ? said : { actor: derived, actorDerived: true };
}

/** The engagement with the actor that is recorded of it: what a person sees who tries a request out. */
export function withJudgedActor(engagement: Engagement, policy: SourcePolicy | undefined): Engagement {
  const { actor: _, actorDerived: __, ...rest } = engagement;
  const { actorAsSaid: ___, ...judged } = judgedActor(engagement, policy);
  return { ...rest, ...judged };
}

/** Null: it says nothing. Images are loaded by so much that only a click is taken for a person's. */
function actorOf(type: 'opened' | 'clicked', userAgent: string): Actor | null {
  if (userAgent === '' || IMAGE_PROXY.test(userAgent)) return null;
  if (BARE.test(userAgent) || MACHINES.test(userAgent)) return 'machine';
  return type === 'clicked' && BROWSER.test(userAgent) ? 'human' : null;
}
