/** The providers by name. A new one is its own file and one line here. */

import { brevo } from './brevo.js';
import { cloudevents } from './cloudevents.js';
import { customerio } from './customerio.js';
import { genericHmac } from './generic-hmac.js';
import { hubspot } from './hubspot.js';
import { klaviyo } from './klaviyo.js';
import { loops } from './loops.js';
import { mailersend } from './mailersend.js';
import { mailgun } from './mailgun.js';
import { mailjet } from './mailjet.js';
import { mandrill } from './mandrill.js';
import { postmark } from './postmark.js';
import type { Provider } from './provider.js';
import { resend } from './resend.js';
import { sendgrid } from './sendgrid.js';
import { ses } from './ses.js';
import { sparkpost } from './sparkpost.js';
import { standardWebhooks } from './standard-webhooks.js';

export const PROVIDERS: readonly Provider[] = [
  cloudevents,
  customerio,
  hubspot,
  klaviyo,
  loops,
  mailersend,
  mailjet,
  resend,
  standardWebhooks,
  brevo,
  genericHmac,
  mailgun,
  mandrill,
  postmark,
  sendgrid,
  ses,
  sparkpost,
];

const BY_NAME: ReadonlyMap<string, Provider> = new Map(PROVIDERS.map((provider) => [provider.name, provider]));

export function providerNamed(name: string): Provider | undefined {
  return BY_NAME.get(name);
}
