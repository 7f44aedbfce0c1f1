/** In the process under test: waits at the point that it was told to wait at, and says so over its channel. */
import type { Order, Place, Point, Reached } from './point.js';

let awaited: Extract<Order, { readonly order: 'wait' }> | null = null;
let proceed: () => void = () => undefined;

export function listenForOrders(): void {
  process.on('message', (message: Order) => {
    if (message.order === 'wait') awaited = message;
    else {
      if (message.order === 'forget') awaited = null;
      proceed();
    }
  });
  // Listening must not keep the process alive.
  process.channel?.unref();
}

export async function reach(point: Point, place: Place | null = null): Promise<void> {
  if (awaited?.point !== point || (awaited.of !== null && awaited.of !== place?.of)) return;
  awaited = null;
  const told = new Promise<void>((resolve) => {
    proceed = resolve;
  });
  process.send?.({ reached: point, place } satisfies Reached);
  await told;
}
