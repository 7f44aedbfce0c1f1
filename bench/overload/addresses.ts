/** Contacts of one request and of no other, so that what became of it is told by them. */
export function addressesOf(request: number, events: number): string[] {
  return Array.from({ length: events }, (_, n) => `overload-${request}-${n}@example.com`);
}
