import { type KeptRule, neededBy } from './needed.js';

const rule = (name: string, then: string): KeptRule => ({
  rule: name,
  yaml: `rule: ${name}\non: complaint\nthen:\n  - ${then}\n`,
  templates: {},
  attributes: {},
});
const tells = (to: string) => `notify: { to: "${to}", title: Look }`;
const rules = [
  rule('a', tells('team:sales')),
  rule('b', tells('owner')),
  rule('c', tells('team:sales')),
  rule('d', tells('team:unheard')),
  rule('e', 'set_owner: kim@example.com'),
];
const before = { teams: ['sales', 'support'], owners: ['kim@example.com', 'lee@example.com'] };

it('names each rule that needs a team or an owner who is taken away', () => {
  expect(neededBy(rules, before, { ...before, teams: ['support'] })).toEqual([
    { kind: 'team', name: 'sales', rule: 'a' },
    { kind: 'team', name: 'sales', rule: 'c' },
  ]);
  expect(neededBy(rules, before, { ...before, owners: [] })).toEqual([
    { kind: 'owner', name: 'kim@example.com', rule: 'e' },
  ]);
});

it('minds neither those that stay, nor those that no rule names, nor those that were never there', () => {
  expect(neededBy(rules, before, { teams: ['sales'], owners: ['kim@example.com'] })).toEqual([]);
  expect(neededBy(rules, { teams: [], owners: [] }, { teams: [], owners: [] })).toEqual([]);
});
