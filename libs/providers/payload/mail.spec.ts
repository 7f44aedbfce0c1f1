import { bareMessageId, readAddress, readMailbox, readMailboxes, recipientOf } from './address.js';
import { decodeBytes } from './charset.js';
import { decodeWords } from './encoded-words.js';
import { readForm } from './form.js';
import { readMailHeaders } from './mail-headers.js';
import { readMultipart } from './multipart.js';

describe('addresses', () => {
  it.each([
    ['ann+news@acme.test', { address: 'ann+news@acme.test', name: null }],
    ['Ann Lee <Ann+News@Acme.test>', { address: 'Ann+News@Acme.test', name: 'Ann Lee' }],
    ['"Lee, Ann" <ann@acme.test>', { address: 'ann@acme.test', name: 'Lee, Ann' }],
    ['"say \\"hi\\"" <ann@acme.test>', { address: 'ann@acme.test', name: 'say "hi"' }],
    ['=?utf-8?q?Zo=C3=AB?= <zoe@acme.test>', { address: 'zoe@acme.test', name: 'Zoë' }],
    ['ann@acme.test (Ann)', { address: 'ann@acme.test', name: null }],
    ['<ann@acme.test>', { address: 'ann@acme.test', name: null }],
  ])('%s', (value, mailbox) => {
    expect(readMailbox(value)).toEqual(mailbox);
  });

  it('parts a list at its own commas only', () => {
    expect(readMailboxes('"Lee, Ann" <ann@acme.test>, bob@acme.test,, Cy (the, boss) <cy@acme.test>')).toEqual([
      { address: 'ann@acme.test', name: 'Lee, Ann' },
      { address: 'bob@acme.test', name: null },
      { address: 'cy@acme.test', name: 'Cy (the, boss)' },
    ]);
  });

  it.each(['', '  ', '<>', null, undefined, 7.5, {}])('%j', (value) => {
    expect(() => [readAddress(value), readMailboxes(value)]).not.toThrow();
  });

  it('leaves an address as it was sent, save a display name', () => {
    expect(recipientOf(' Ann+Tag@ACME.test ')).toBe('Ann+Tag@ACME.test');
    expect(recipientOf('Ann <ann@acme.test>')).toBe('ann@acme.test');
    expect(recipientOf([])).toBeNull();
  });

  it('strips the brackets of a message id', () => {
    expect(bareMessageId('<1@acme.test>')).toBe('1@acme.test');
    expect(bareMessageId('1@acme.test')).toBe('1@acme.test');
    expect(bareMessageId('<>')).toBeNull();
  });
});

describe('character sets', () => {
  it.each([
    ['utf-8', [0xc3, 0xa9], 'é'],
    ['ISO-8859-1', [0xe9], 'é'],
    ['windows-1252', [0x80], '€'],
    ['cp850', [0x82], 'é'],
    ['IBM437', [0x9b], '¢'],
    ['shift_jis', [0x83, 0x65], 'テ'],
    ['no-such-set', [0x61], 'a'],
    [null, [0xff], '\ufffd'],
  ])('%s', (charset, bytes, text) => {
    expect(decodeBytes(Buffer.from(bytes), charset)).toBe(text);
  });

  it('decodes words of headers and drops the space between two of them', () => {
    expect(decodeWords('=?utf-8?B?w6k=?= =?iso-8859-1?q?_=E9?= x')).toBe('é é x');
    expect(decodeWords('=?broken? =?utf-8?x?y?=')).toBe('=?broken? =?utf-8?x?y?=');
  });
});

it('reads headers folded and in any case', () => {
  const headers = readMailHeaders('Subject: one\r\n two\r\nX: =?utf-8?q?=C3=A9?=\r\nno colon\r\n\r\nSubject: body');
  expect([headers.first('subject'), headers.text('x'), headers.first('absent')]).toEqual(['one two', 'é', null]);
});

describe('forms', () => {
  it('keeps repeated names in order', () => {
    const form = readForm(Buffer.from('a=1&b=%C3%A9+x&a=2&c'), 'application/x-www-form-urlencoded');
    expect([form.first('a'), form.last('a'), form.all('a'), form.first('b'), form.first('c'), form.first('d')]).toEqual(
      ['1', '2', ['1', '2'], 'é x', '', null],
    );
  });

  const body = Buffer.concat([
    Buffer.from('preamble\r\n--XX\r\ncontent-disposition: form-data; name="a"\r\n\r\none\r\ntwo --XX\r\n'),
    Buffer.from(
      '--XX\r\nContent-Disposition: form-data; name="b"\r\nContent-Type: text/plain; charset=iso-8859-1\r\n\r\n',
    ),
    Buffer.from([0xe9]),
    Buffer.from(
      '\r\n--XX\r\nContent-Disposition: form-data; name="f"; filename="x \\"y\\".bin"\r\n\r\n\x00\r\n\r\n--XX--\r\nepilogue',
    ),
  ]);

  it('reads multipart fields by their own character sets, and leaves files out', () => {
    expect(readForm(body, 'multipart/form-data; boundary="XX"').fields).toEqual([
      ['a', 'one\r\ntwo --XX'],
      ['b', 'é'],
    ]);
  });

  it('keeps the bytes of files', () => {
    const file = readMultipart(body, 'multipart/form-data; boundary=XX').find(({ name }) => name === 'f');
    expect(file).toMatchObject({ filename: 'x "y".bin', data: Buffer.from('\x00\r\n') });
  });

  it.each(['multipart/form-data', 'multipart/form-data; boundary=', 'multipart/form-data; boundary=other'])(
    '%s has no parts',
    (type) => {
      expect(readMultipart(body, type)).toEqual([]);
    },
  );

  it('takes a body that is cut off for what it has', () => {
    expect(readMultipart(body.subarray(0, 60), 'multipart/form-data; boundary=XX').map(({ name }) => name)).toEqual([
      'a',
    ]);
  });
});
