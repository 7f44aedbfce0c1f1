/** Posts Event Webhook batches as SendGrid does: an array, ECDSA over timestamp + raw body, retried on anything but 2xx. */
import { createPrivateKey, type KeyObject, sign } from 'node:crypto';
import type { SendGridEvent } from './campaign.js';

const ATTEMPTS = 5;

export class SendGridSender {
  readonly #key: KeyObject;

  /** `privateKeyPem`: the P-256 key whose public half the source holds. */
  constructor(
    private readonly url: string,
    privateKeyPem: string,
  ) {
    this.#key = createPrivateKey(privateKeyPem);
  }

  /** Resolves when the batch was answered 2xx. Rejects with the last answer after five attempts. */
  async send(events: readonly SendGridEvent[]): Promise<void> {
    const body = `${JSON.stringify(events, null, 1)}\r\n`;
    let last = '';
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const timestamp = String(Math.floor(Date.now() / 1000));
      const signature = sign('sha256', Buffer.from(timestamp + body), this.#key).toString('base64');
      const response = await fetch(this.url, {
        method: 'POST',
        body,
        headers: {
          'content-type': 'application/json',
          'user-agent': 'SendGrid Event API',
          'x-twilio-email-event-webhook-signature': signature,
          'x-twilio-email-event-webhook-timestamp': timestamp,
        },
      });
      if (response.ok) return;
      last = `${response.status} ${await response.text()}`;
      await new Promise((resolve) => setTimeout(resolve, 250 * attempt));
    }
    throw new Error(`ingest refused the batch ${ATTEMPTS} times: ${last}`);
  }
}
