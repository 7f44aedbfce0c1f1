import { AddressList, plainAddress } from './address-list.js';

it.each([
  [['203.0.113.0/24'], '203.0.113.9', true],
  [['203.0.113.0/24'], '203.0.114.9', false],
  [['203.0.113.9'], '::ffff:203.0.113.9', true],
  [['203.0.113.9'], '203.0.113.9:4711', true],
  [['2001:db8::/32'], '[2001:db8::1]:443', true],
  [['2001:db8::/32'], '2001:db9::1', false],
  [['fe80::/10'], 'fe80::1%eth0', true],
  [['0.0.0.0/0'], 'mist', false],
  [['0.0.0.0/0'], '', false],
  [['0.0.0.0/0'], '203.0.113.9, 10.0.0.1', false],
  [[], '127.0.0.1', false],
])('%j has %s: %s', (entries, address, expected) => expect(new AddressList(entries).has(address)).toBe(expected));

it.each(['mist', '203.0.113.0/33', '203.0.113.0/-1', '1.2.3.4/8/9', '::/129', '203.0.113.0/x', ''])(
  'refuses "%s" by name',
  (entry) => expect(() => new AddressList([entry])).toThrow(`"${entry}" is no address`),
);

it('leaves an address as it is', () => expect(plainAddress(' 203.0.113.9 ')).toBe('203.0.113.9'));
