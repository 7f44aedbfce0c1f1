/** What a provider is answered. Errors are RFC 9457 problem details: what is wrong and the cure, never a stack trace. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

const JSON_TYPE = 'application/json; charset=utf-8';
const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

export function problem(
  status: number,
  title: string,
  detail: string,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  const body = JSON.stringify({ type: 'about:blank', title, status, detail });
  return { status, headers: { 'content-type': PROBLEM_TYPE, ...headers }, body };
}

/** 200 is the one 2xx that every provider takes for success. */
export function stored(deliveryId: string, engagements: number, quarantined: number): Answer {
  const body = `{"delivery":"${deliveryId}","engagements":${engagements},"quarantined":${quarantined}}`;
  return { status: 200, headers: { 'content-type': JSON_TYPE }, body };
}
