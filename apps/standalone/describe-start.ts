/** What `npm start` prints: where to look, and a request that works when pasted. */

export interface Where {
  /** Address of the HTTP server, no slash at the end. */
  readonly url: string;
  readonly apiKey: string;
  readonly workspace: string;
  /** The demo's generic HMAC source; null in a workspace of your own. */
  readonly hmacSource: { readonly path: string; readonly secret: string } | null;
  /** Read-only connection string of the workspace's read schema. */
  readonly readUrl: string;
  readonly dataDir: string;
}

/** Signs at the moment it runs, so that it works an hour later too. The id differs each time: the same click twice would count once. */
export function curlFor(url: string, source: { readonly path: string; readonly secret: string }): string {
  return [
    `ts=$(date +%s); body='{"type":"clicked","id":"'$ts'","email":"ada@example.com","actor":"human","url":"https://example.com/pricing"}'`,
    `sig=$(printf '%s.%s' "$ts" "$body" | openssl dgst -sha256 -hmac '${source.secret}' -r | cut -d' ' -f1)`,
    `curl -sS -X POST ${url}/ingest/${source.path} -H "Content-Type: application/json" -H "X-Webhook-Timestamp: $ts" -H "X-Webhook-Signature: $sig" -d "$body"`,
  ].join('\n');
}

export function describeStart(where: Where): string {
  const lines = [
    '',
    `Afterclick runs: ${where.url}`,
    '',
    `  Pages         ${where.url}/sign-in?key=${where.apiKey}`,
    `  API           ${where.url}/v1/contacts   (described in ${where.url}/openapi.json)`,
    `  API key       ${where.apiKey}`,
    `  Workspace     ${where.workspace}`,
    `  Data          ${where.dataDir}`,
    `  SQL, read only ${where.readUrl}`,
    '',
  ];
  if (where.hmacSource)
    lines.push(
      'Send a click, as a provider would (paste it into another terminal):',
      '',
      curlFor(where.url, where.hmacSource),
      '',
    );
  lines.push('Or a morning’s worth of traffic: npm run demo', 'Ctrl-C stops it in order; all data is kept.', '');
  return lines.join('\n');
}
