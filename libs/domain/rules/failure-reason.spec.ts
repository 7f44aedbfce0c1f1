import { failureReason, UNKNOWN_REASON } from './failure-reason.js';

const YAML = 'rule: x\non: clicked\nwhere: event.metadata["plan"] == "a"\nthen:\n  - increment: { visits: 1 }\n';

describe('why a rule failed', () => {
  it.each([
    'No such key: plan',
    'division by zero',
    'no such overload: string > int',
    "Logical operator requires bool operands, got 'string'",
    'int() type error: cannot convert to int',
    'a contact has at most 200 tags',
    'the contact has no time zone',
  ])('is told as it is where it can be no value of a contact: %s', (error) => {
    expect(failureReason(error, YAML)).toBe(error);
  });

  it.each([
    ['No such key: ada@example.com', 'No such key'],
    ['No such key: ada', 'No such key'],
    ['there is no time zone ada@example.com', 'there is no time zone'],
    ['integer overflow: 4915112345678', 'integer overflow'],
    ['visits is "ada@example.com": 1 cannot be added to it', 'visits is no number: nothing can be added to it'],
    ['ada is "ada@example.com": 1 cannot be added to it', 'an attribute is no number: nothing can be added to it'],
    ['no such overload: ada@example.com > int', UNKNOWN_REASON],
    ['Invalid duration string: ada@example.com', UNKNOWN_REASON],
    ['division by zero of ada@example.com', UNKNOWN_REASON],
  ])('leaves out what may be one: %s', (error, reason) => {
    expect(failureReason(error, YAML)).toBe(reason);
  });
});
