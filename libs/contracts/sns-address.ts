/** Addresses of Amazon SNS: the only ones that a request to a source may name for us to fetch. */

/** https, no port, no user, host `sns.REGION.amazonaws.com(.cn)`. Other hosts under amazonaws.com (S3) can be anybody's. */
export function isSnsUrl(url: string | null): url is string {
  const parsed = url === null ? null : URL.parse(url);
  if (parsed === null) return false;
  const { protocol, hostname, port, username, password } = parsed;
  const isPlain = port === '' && username === '' && password === '';
  return protocol === 'https:' && isPlain && /^sns\.[a-z0-9-]{3,30}\.amazonaws\.com(?:\.cn)?$/.test(hostname);
}

export function isSnsCertificateUrl(url: string | null): url is string {
  return isSnsUrl(url) && new URL(url).pathname.endsWith('.pem');
}

/** A confirmation does nothing but confirm: no other action of the SNS API is ever called for a sender. */
export function isSnsConfirmationUrl(url: string | null): url is string {
  return isSnsUrl(url) && new URL(url).searchParams.get('Action') === 'ConfirmSubscription';
}
