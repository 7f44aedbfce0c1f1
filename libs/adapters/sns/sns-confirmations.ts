/** Confirms SNS subscriptions by the URL that a verified message of an allowed topic named. */
import { isSnsConfirmationUrl } from '#contracts/sns-address.js';
import type { Confirmations } from '#engine/ingest/ports.js';
import type { Source } from '#engine/ingest/source.js';
import { type SnsRequestOptions, snsRequest } from './sns-request.js';

export interface SnsConfirmationOptions extends SnsRequestOptions {
  readonly onTrouble?: (error: unknown) => void;
}

export class SnsConfirmations implements Confirmations {
  constructor(private readonly options: SnsConfirmationOptions = {}) {}

  /** False when the URL is not one of SNS to confirm with, or SNS did not answer 2xx: SNS asks again. */
  async confirm(_: Source, url: string): Promise<boolean> {
    if (!isSnsConfirmationUrl(url)) return false;
    try {
      await snsRequest(url, this.options);
      return true;
    } catch (error) {
      this.options.onTrouble?.(error);
      return false;
    }
  }
}
