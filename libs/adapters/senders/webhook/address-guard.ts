/** Which addresses a webhook may go to: an address entered by a user must not reach into our own network (SSRF). */

import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** Not routed on the public internet (IANA special-purpose registries, RFC 6890). */
const PRIVATE_V4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const;
const PRIVATE_V6 = [
  ['::', 128],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const;

const PRIVATE = new BlockList();
for (const [net, bits] of PRIVATE_V4) PRIVATE.addSubnet(net, bits, 'ipv4');
for (const [net, bits] of PRIVATE_V6) PRIVATE.addSubnet(net, bits, 'ipv6');
const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

export interface AddressPolicy {
  readonly allowPrivate: boolean;
  readonly allowLoopback: boolean;
}

/** The address is refused by the policy; no request was sent. */
export class AddressRefused extends Error {
  override readonly name = 'AddressRefused';
}

export function isAllowed(address: string, { allowPrivate, allowLoopback }: AddressPolicy): boolean {
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  if (LOOPBACK.check(address, family)) return allowLoopback || allowPrivate;
  return allowPrivate || !PRIVATE.check(address, family);
}

/** Throws AddressRefused for a literal address that is not allowed, and for a scheme other than http and https. */
export function checkUrl(url: URL, policy: AddressPolicy): void {
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw new AddressRefused(`webhooks go to https or http, not ${url.protocol}`);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0 && !isAllowed(host, policy)) throw refused(host);
}

/**
 * A look-up for sockets that gives only allowed addresses. What is checked is what is connected to, so a name that changes its
 * address between a check and the request gains nothing.
 */
export function guardedLookup(policy: AddressPolicy): LookupFunction {
  return (host, options, callback) => {
    systemLookup(host, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, '', 0);
      const allowed = (found as LookupAddress[]).filter(({ address }) => isAllowed(address, policy));
      const [first] = allowed;
      if (first === undefined) return callback(refused(host), '', 0);
      if (options.all) callback(null, allowed);
      else callback(null, first.address, first.family);
    });
  };
}

function refused(host: string): AddressRefused {
  return new AddressRefused(
    `${host} is a private or loopback address; AFTERCLICK_ALLOW_PRIVATE_WEBHOOKS lets webhooks go there`,
  );
}
