/** Ids of deliveries: UUID version 7 (RFC 9562), so that they lie in the database in the order of their coming. */
import { randomUUID } from 'node:crypto';
import type { Uuid } from '#contracts/ids.js';

/** `now`: milliseconds; 48 bits of it, then 74 random ones. */
export function newDeliveryId(now: number): Uuid {
  const time = now.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8, 12)}-7${randomUUID().slice(15)}`;
}
