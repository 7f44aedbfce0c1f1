import { readTests } from './read-tests.js';

const VOCABULARY = { rules: ['hot-lead', 'other'], attributes: { plan: 'enum free pro', seats: 'int' } as never };
const read = (text: string) => readTests('rules/hot-lead.test.yaml', text, VOCABULARY);
const problemsOf = (text: string) =>
  read(text).problems.map(({ line, column, problem, cure }) => `${line}:${column} ${problem}; ${cure}`);

const test = (body: string) => `rule: hot-lead\ntests:\n  - name: x\n${body.replace(/^/gm, '    ')}\n`;
const WHEN = 'when: [ { opened: } ]\n';

describe('a file of tests', () => {
  it('is read whole: contact, history in the order of time, steps, what is expected', () => {
    const { tests, problems } = read(`rule: hot-lead
tests:
  - name: tells the owner
    now: 2026-05-04T09:00:00+02:00
    with: [other]
    given:
      contact: { email: Ada@Example.com, score: 50, tags: [vip], suppressed: [list:news], consent: { news: true } }
      history:
        - { ago: 2d, clicked: { url: "https://example.com/pricing", actor: machine } }
        - { ago: 1h, custom.form_sent: { metadata: { form: demo } } }
    when:
      - opened:
      - { after: 10m, contact: { stage: customer } }
      - { after: 5m, lift: all }
      - wait: 2d
    then: { fires: 2, held: [limit], effects: [ { notify: owner, title: Hot } ], contact: { without_tags: [cold] } }
`);
    expect(problems).toEqual([]);
    expect(tests).toHaveLength(1);
    const [one] = tests;
    expect(one).toMatchObject({ rule: 'hot-lead', with: ['other'], line: 3, now: Date.UTC(2026, 4, 4, 7) });
    expect(one?.contact).toMatchObject({ email: 'ada@example.com', score: 50, consent: { news: true } });
    expect(one?.history.map(({ at }) => at)).toEqual([-2 * 86_400_000, -3_600_000]);
    expect(one?.when.map(({ at, happening }) => [at, happening.kind])).toEqual([
      [0, 'engagement'],
      [600_000, 'write'],
      [900_000, 'suppression'],
      [900_000 + 2 * 86_400_000, 'nothing'],
    ]);
    expect(one?.when[0]?.happening).toMatchObject({ actor: 'human' });
    expect(one?.then).toEqual({
      fires: 2,
      held: ['limit'],
      effects: [{ kind: 'notify', to: 'owner', title: 'Hot' }],
      contact: { withoutTags: ['cold'] },
    });
  });

  it.each([
    ['rule: hot-leed\ntests: [ ]', /1:7 there is no rule hot-leed here; did you mean hot-lead/],
    [test(`${WHEN}then: { fires: maybe }`), /fires is neither true, false nor a number/],
    [test(`${WHEN}then: { held: limt }`), /nothing is held for limt; did you mean limit/],
    [test(`${WHEN}then: { }`), /the test expects nothing/],
    [test('then: { fires: 1 }'), /3:5 the test has no when:/],
    [
      test('when: [ { openned: } ]\nthen: { fires: 1 }'),
      /nothing is called openned that could happen; did you mean opened/,
    ],
    [test('when: [ { clicked: { ulr: x } } ]\nthen: { fires: 1 }'), /clicked knows no ulr; did you mean url/],
    [test('when: [ { clicked: { actor: robot } } ]\nthen: { fires: 1 }'), /nobody is robot/],
    [
      test(`given: { history: [ { opened: } ] }\n${WHEN}then: { fires: 1 }`),
      /it is not said when this happened; add ago/,
    ],
    [
      test(`given: { history: [ { ago: 1d, opened: }, { ago: 2d, opened: } ] }\n${WHEN}then: { fires: 1 }`),
      /2d ago is before the step above; write them in the order of time/,
    ],
    [
      test(`given: { contact: { attributes: { plna: pro } } }\n${WHEN}then: { fires: 1 }`),
      /no attribute plna is declared; did you mean plan/,
    ],
    [test(`given: { contact: { attributes: { seats: many } } }\n${WHEN}then: { fires: 1 }`), /seats: expected/],
    [test(`now: yesterday\n${WHEN}then: { fires: 1 }`), /now cannot be yesterday; write a time with its offset/],
    [test(`${WHEN}then: { effects: [ { notify: owner, send_email: x } ] }`), /an effect is of one kind/],
    [test(`if: !x y\n${WHEN}then: { fires: 1 }`), /is a YAML tag here/],
  ])('%j is refused with its place and cure', (text, words) => {
    expect(problemsOf(text).join('\n')).toMatch(words);
  });
});
