/** Lists of addresses as people write them: `203.0.113.7`, `203.0.113.0/24`, `2001:db8::/32`. */
import { BlockList, isIP } from 'node:net';

export class AddressList {
  readonly #list = new BlockList();

  /** Throws an Error that names the entry that is no address and no range. */
  constructor(entries: readonly string[]) {
    for (const entry of entries) this.#add(entry);
  }

  /** `address` as a socket or a proxy names it; what is no address is on no list. */
  has(address: string): boolean {
    const plain = plainAddress(address);
    const version = isIP(plain);
    return version !== 0 && this.#list.check(plain, version === 6 ? 'ipv6' : 'ipv4');
  }

  #add(entry: string): void {
    const [net = '', bits, ...more] = entry.trim().split('/');
    const version = isIP(net);
    const most = version === 6 ? 128 : 32;
    const length = bits === undefined ? most : /^\d{1,3}$/.test(bits) ? Number(bits) : -1;
    if (version === 0 || more.length > 0 || length < 0 || length > most)
      throw new Error(
        `"${entry}" is no address and no range (expected e.g. 203.0.113.7, 203.0.113.0/24 or 2001:db8::/32)`,
      );
    this.#list.addSubnet(net, length, version === 6 ? 'ipv6' : 'ipv4');
  }
}

const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** Without the port that some proxies add, without brackets and zone, and IPv4 as IPv4 when it comes in the clothes of IPv6. */
export function plainAddress(address: string): string {
  const bracketed = /^\[([^\]]+)\](?::\d+)?$/.exec(address.trim())?.[1];
  const bare = bracketed ?? address.trim().replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1');
  const plain = bare.replace(/%.*$/, '');
  return MAPPED.exec(plain)?.[1] ?? plain;
}
