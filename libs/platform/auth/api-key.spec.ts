import { allows, apiKeyOf, createApiKey, hashApiKey } from './api-key.js';

const caller = (scopes: string[]) => ({ keyId: 'k', keyName: 'n', workspaceId: 'w', scopes });

describe('an API key', () => {
  it('is never stored: only its hash is, and that finds it again', () => {
    const key = createApiKey();
    expect(key.hash.equals(hashApiKey(key.text))).toBe(true);
    expect(key.text.startsWith(key.prefix)).toBe(true);
    expect(createApiKey().text).not.toBe(key.text);
  });

  it('is read from either header, and only in its own form', () => {
    const { text } = createApiKey();
    expect(apiKeyOf({ authorization: `Bearer ${text}` })).toBe(text);
    expect(apiKeyOf({ 'x-api-key': text })).toBe(text);
    expect(apiKeyOf({ authorization: 'Bearer something' })).toBeNull();
    expect(apiKeyOf({})).toBeNull();
  });

  it('does what its scopes say, and no more', () => {
    expect(allows(caller(['read:contacts']), 'read:contacts')).toBe(true);
    expect(allows(caller(['read:contacts']), 'write:contacts')).toBe(false);
    expect(allows(caller(['admin']), 'write:rules')).toBe(true);
  });
});
