import { PROVIDERS } from '#providers/registry.js';
import { needsProvidersKey } from './keys-given.js';
import { settingsGiven } from './settings-given.js';
import { isReachable, setupAt } from './setup.js';

const url = 'https://hooks.example.com/ingest/secret-path';

describe('what to set at a provider', () => {
  it.each(PROVIDERS.map(({ name, schemes }) => [name, schemes[0] ?? '']))('is told for %s', (provider, scheme) => {
    const { title, steps } = setupAt({ provider, url, scheme }, []);
    expect(title).toMatch(/^At /);
    expect(steps.length).toBeGreaterThan(0);
    expect(steps.join('\n')).toContain('hooks.example.com/ingest/secret-path');
    expect(steps.join('\n')).not.toMatch(/\{path\}|sources create|`|\*\*|HOST/);
  });

  it('has the secret in its place', () => {
    const basic = setupAt({ provider: 'mailjet', url, scheme: 'http-basic' }, ['afterclick:pass']);
    expect(basic.steps.join('\n')).toContain('https://afterclick:pass@hooks.example.com/ingest/secret-path');
    const bearer = setupAt({ provider: 'cloudevents', url, scheme: 'bearer' }, ['token-1']);
    expect(bearer.steps.join('\n')).toContain('Authorization: Bearer token-1');
  });

  it('knows what nobody elsewhere can reach', () => {
    expect(isReachable(url)).toBe(true);
    expect(isReachable('http://127.0.0.1:8080/ingest/x')).toBe(false);
  });

  it.each([
    ['sendgrid', 'sendgrid-ecdsa-p256-sha256', true],
    ['loops', 'standard-webhooks-v1', true],
    ['cloudevents', 'standard-webhooks-v1', false],
    ['sendgrid', 'none', false],
    ['ses', 'aws-sns', false],
    ['generic-hmac', 'generic-hmac', false],
    ['postmark', 'http-basic', false],
  ])('knows whether only the provider has the key: %s by %s %j', async (provider, scheme, needs) => {
    expect(await needsProvidersKey({ provider, scheme })).toBe(needs);
  });
});

describe('--set', () => {
  it('makes settings, and fields by their path', () => {
    expect(settingsGiven(['header=x-sig', 'toleranceSeconds=60', 'fields.email=user.mail', 'prefix=a=b'])).toEqual({
      header: 'x-sig',
      toleranceSeconds: 60,
      fields: { email: 'user.mail' },
      prefix: 'a=b',
    });
    expect(settingsGiven(undefined)).toBeUndefined();
  });

  it.each(['nonsense=1', 'header', 'keys=x'])('refuses %s with the names there are', (wrong) => {
    expect(() => settingsGiven([wrong])).toThrow(/expected NAME=VALUE with NAME one of keyFormat, signedUrl/);
  });
});
