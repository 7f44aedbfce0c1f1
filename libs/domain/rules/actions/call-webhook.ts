/** `call_webhook: { url: "https://example.com/hook" }`: contact, event and rule are posted there as JSON. */
import { DAY } from '../duration.js';
import { actionKind } from './action.js';

const EXPIRES_AFTER = DAY;
const MAX_URL = 2_000;
const CURE = 'write a whole address: https://example.com/hook';

export const callWebhook = actionKind<string>({
  kind: 'call_webhook',
  effect: true,
  parse(field, source) {
    const fields = source.fields(field.value, field.at, 'call_webhook', ['url']);
    if (!fields) return null;
    const urlField = fields.get('url');
    if (!urlField) return source.complain(field.at, 'call_webhook calls nobody', `add url: ${CURE}`);
    const text = source.string(urlField, 'url', CURE);
    if (text === null) return null;
    const url = text.length <= MAX_URL && URL.canParse(text) ? new URL(text) : null;
    const at = source.at(urlField.value, urlField.at);
    if (url === null) return source.complain(at, `${text} is no address`, CURE);
    if (url.protocol !== 'https:') return source.complain(at, `${url.protocol}// would send it in clear`, CURE);
    if (url.username !== '' || url.password !== '')
      return source.complain(at, 'a password in the address', 'take it out: rules are read by many');
    return url.href;
  },
  target: (url) => url,
  decide(url, { by, now, effectId, values }) {
    const { contact, event, rule } = values();
    const data = { by, effectId: effectId(), kind: 'call_webhook', notAfter: now + EXPIRES_AFTER } as const;
    const body = JSON.stringify({ contact, event, rule });
    return [{ type: 'effect_requested', v: 1, data, pii: { to: url, title: rule.name, body } }];
  },
});
