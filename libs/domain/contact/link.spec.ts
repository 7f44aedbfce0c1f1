import type { Uuid } from '#contracts/ids.js';
import type { Placed } from '#contracts/inputs.js';
import { compileRules } from '#domain/rules/compile.js';
import { rulesOf } from '#testing/given.js';
import { contactOf, DAY, engagement, HOUR, MINUTE, NOON, placed, upsert, WORKSPACE } from '#testing/inputs.js';
import { LinkedStage } from '#testing/linked-stage.js';
import { refold } from '#testing/stage.js';
import { MAX_ALIASES } from './state.js';

const ADA = contactOf('ada');
const CRM = contactOf('crm 42');
const OLD = contactOf('old');
const NEW = contactOf('new');

interface LinkTold {
  readonly command?: boolean;
  readonly moved?: boolean;
  readonly nth?: number;
  readonly at?: number;
}

/** `of` is told that it is one person with `to`. */
function link(of: string, to: Uuid, { command, moved, nth, at = NOON }: LinkTold = {}): Placed {
  const data = { to, ...(command ? { command } : {}), ...(moved ? { moved } : {}) };
  return placed({ type: 'link', v: 1, data, pii: {} }, { of, nth: nth ?? 0, recordedAt: at }, of, to);
}

const world = () => new LinkedStage(compileRules([]));
const typesOf = (stage: LinkedStage, id: Uuid) => stage.stage.events(id).map(({ type }) => type);
/** The larger and the smaller of two names by their ids. */
const byId = (a: string, b: string): [larger: string, smaller: string] =>
  contactOf(a) > contactOf(b) ? [a, b] : [b, a];

describe('a link', () => {
  it('makes an alias of the contact once the other has accepted, and hands its state over', () => {
    const stage = world();
    stage.arrive(upsert({ addTags: ['vip'], stage: 'lead' }, { of: 'crm 42' }));
    stage.arrive(engagement('delivered'));
    stage.arrive(link('crm 42', ADA));
    expect(stage.stage.state(CRM)?.asking).toMatchObject({ to: ADA });
    stage.settle();
    expect(typesOf(stage, CRM).slice(-2)).toEqual(['link_requested', 'linked']);
    expect(typesOf(stage, ADA).slice(-2)).toEqual(['alias_added', 'merged']);
    expect(stage.contact(CRM)).toMatchObject({
      contactId: ADA,
      tags: ['vip'],
      stage: 'lead',
      email: 'ada@example.com',
      aliases: { [CRM]: { merged: true, aliases: 0, version: 5 } },
    });
  });

  it('does nothing when asked twice, of itself, or of one that is its alias already', () => {
    const stage = world();
    stage.arrive(link('crm 42', ADA));
    expect(stage.arrive(link('crm 42', ADA, { nth: 1 })).events).toEqual([]);
    stage.settle();
    expect(stage.arrive(link('ada', CRM)).events).toEqual([]);
    expect(stage.arrive(link('ada', ADA)).events).toEqual([]);
    stage.arrive(link('crm 42', ADA, { nth: 2 }));
    stage.settle();
    expect(typesOf(stage, ADA)).toEqual(['alias_added', 'merged']);
    expect(typesOf(stage, CRM)).toEqual(['link_requested', 'linked']);
  });

  it('that people asked for is told under their command to its end, and refused at another version than they saw', () => {
    const stage = world();
    stage.arrive(upsert({ addTags: ['vip'] }, { of: 'crm 42' }));
    const version = stage.stage.state(CRM)?.version ?? 0;
    const asked = (expectedVersion: number, nth: number): Placed =>
      placed(
        { type: 'link', v: 1, data: { to: ADA, command: true, expectedVersion }, pii: {} },
        { of: 'crm 42', nth, recordedAt: NOON },
        'crm 42',
      );
    const stale = asked(version + 1, 0);
    expect(stage.arrive(stale).events).toMatchObject([
      { type: 'command_refused', data: { commandId: stale.id, reason: 'version_mismatch' } },
    ]);
    const merge = asked(version + 1, 1);
    stage.arrive(merge);
    stage.settle();
    const ofCommand = stage.stage.events(CRM).filter(({ correlationId }) => correlationId === merge.id);
    expect(ofCommand.map(({ type }) => type)).toEqual(['link_requested', 'linked']);
  });

  it('is answered by the owner of an alias', () => {
    const stage = world();
    stage.arrive(link('crm 42', ADA));
    stage.settle();
    stage.arrive(link('old', CRM));
    stage.settle();
    expect(stage.stage.state(OLD)?.linkedTo).toBe(ADA);
  });

  it('comes to nothing when the two are one contact by way of others', () => {
    const stage = world();
    stage.arrive(link('old', CRM));
    stage.settle();
    stage.arrive(link('crm 42', ADA));
    stage.settle();
    // Not known to be its own until the states have met: it asks, and is asked by itself.
    stage.arrive(link('ada', NEW));
    stage.arrive(link('new', OLD));
    stage.settle();
    expect(new Set([ADA, CRM, OLD, NEW].map((one) => stage.ownerOf(one))).size).toBe(1);
  });

  it('of two that ask each other at once joins the larger id to the smaller, whichever is heard first', () => {
    const [larger, smaller] = byId('ada', 'old');
    for (const first of [0, 1]) {
      const stage = world();
      stage.arrive(link(larger, contactOf(smaller)));
      stage.arrive(link(smaller, contactOf(larger)));
      stage.next(first);
      stage.settle();
      expect(stage.stage.state(contactOf(larger))?.linkedTo).toBe(contactOf(smaller));
      expect(stage.stage.state(contactOf(smaller))).toMatchObject({ linkedTo: null, asking: null, waiting: [] });
    }
  });

  it('is refused by one that is about to join another, to an id smaller than its own; asked again it is granted', () => {
    const [larger, smaller] = byId('ada', 'old');
    const stage = world();
    stage.arrive(link(larger, NEW));
    stage.arrive(link(smaller, contactOf(larger), { command: true }));
    stage.next(1);
    stage.settle();
    const refused = stage.stage.events(contactOf(smaller)).slice(-2);
    expect(refused).toMatchObject([
      { type: 'link_refused', data: { reason: 'busy' } },
      { type: 'command_refused', data: { reason: 'link_busy', commandId: link(smaller, contactOf(larger)).id } },
    ]);
    stage.arrive(link(smaller, contactOf(larger), { nth: 1 }));
    stage.settle();
    expect(stage.ownerOf(contactOf(smaller))).toBe(NEW);
  });

  it('is refused to a command while another is pending', () => {
    const stage = world();
    stage.arrive(link('crm 42', ADA));
    const then = stage.arrive(link('crm 42', OLD, { command: true }));
    expect(then.events).toMatchObject([{ type: 'command_refused', data: { reason: 'link_pending' } }]);
    expect(stage.arrive(link('crm 42', OLD)).events).toEqual([]);
  });

  it('is refused above the number of aliases a person may have, those on their way counted', () => {
    const stage = world();
    for (let n = 0; n < MAX_ALIASES; n += 1) stage.arrive(link(`alias ${n}`, ADA));
    stage.arrive(link('one more', ADA, { command: true }));
    stage.settle();
    expect(Object.keys(stage.contact(ADA).aliases)).toHaveLength(MAX_ALIASES);
    expect(typesOf(stage, contactOf('one more')).slice(-2)).toEqual(['link_refused', 'command_refused']);
    stage.arrive(link('ada', OLD));
    stage.settle();
    expect(stage.ownerOf(ADA)).toBe(ADA);
  });
});

describe('an alias', () => {
  const linked = () => {
    const stage = world();
    stage.arrive(engagement('delivered'));
    stage.arrive(link('old', ADA));
    stage.settle();
    return stage;
  };

  it('hands on what comes, also through several, and what is said of its address is said of that one', () => {
    const stage = linked();
    stage.arrive(link('ada', NEW));
    stage.settle();
    stage.arrive(engagement('hard_bounce', { of: 'old' }));
    stage.settle();
    const owner = stage.contact(OLD);
    expect(owner).toMatchObject({
      contactId: NEW,
      engagements: 2,
      suppressions: { [OLD]: { all: { on: true, reason: 'hard_bounce' } } },
      addresses: { [OLD]: 'old@example.com', [ADA]: 'ada@example.com' },
      email: 'ada@example.com',
    });
    expect(typesOf(stage, OLD)).toEqual(['link_requested', 'linked']);
  });

  it('hands nothing on that it decided itself before', () => {
    const stage = world();
    const write = upsert({ addTags: ['vip'] }, { of: 'old' });
    stage.arrive(write);
    stage.arrive(link('old', ADA));
    stage.settle();
    stage.arrive(upsert({ removeTags: ['vip'] }));
    stage.arrive(write);
    stage.settle();
    expect(stage.contact(OLD).tags).toEqual([]);
  });

  it('decides itself what becomes of its effects, and what people do with its notifications', () => {
    const stage = new LinkedStage(
      rulesOf(['rule: alarm\non: complaint\nthen:\n  - notify: { to: owner, template: t }'], {
        templates: { t: 'Complaint\n\nof {{ contact.email }}' },
      }),
    );
    stage.arrive(engagement('complaint', { of: 'old' }));
    const effectId = stage.stage.state(OLD)?.notifications[0]?.effectId as Uuid;
    stage.arrive(link('old', ADA));
    stage.settle();
    const data = { effectId, command: 'take' } as const;
    stage.arrive(placed({ type: 'notification_command', v: 1, data, pii: { by: 'kim' } }, { of: 'old' }));
    stage.settle();
    expect(typesOf(stage, OLD).slice(-2)).toEqual(['linked', 'notification_taken']);
  });
});

describe('keys met together', () => {
  const told = (of: string, at = NOON, nth = 0) => {
    const one = engagement('opened', { of, at, nth });
    const input = { ...one.input, data: { ...one.input.data, alias: CRM } };
    return { ...one, input: { ...input, pii: { ...input.pii, alias: { kind: 'hubspot', value: '42' } } } };
  };

  it('are linked: the object id joins the address, with what happened under it', () => {
    const stage = world();
    stage.arrive(engagement('clicked', { of: 'crm 42', pii: { identity: { kind: 'hubspot', value: '42' } } }));
    stage.arrive(told('ada'));
    stage.settle();
    expect(stage.ownerOf(CRM)).toBe(ADA);
    expect(stage.contact(ADA)).toMatchObject({
      engagements: 2,
      identities: ['email:ada@example.com', 'hubspot:42'],
      suggested: {},
    });
  });

  it('are told so once; one that did not join, again an hour later at the earliest', () => {
    const stage = world();
    stage.arrive(told('ada'));
    expect(stage.arrive(told('ada', NOON + MINUTE)).sends).toBeUndefined();
    expect(stage.arrive(told('ada', NOON + 2 * HOUR)).sends).toHaveLength(1);
    stage.settle();
    expect(stage.arrive(told('ada', NOON + DAY)).sends).toBeUndefined();
  });

  it('under a new address: that joins the contact the object id has joined, which has it as its address from then on', () => {
    const stage = world();
    stage.arrive(told('ada'));
    stage.settle();
    stage.arrive(told('new', NOON + HOUR));
    stage.settle();
    expect(stage.ownerOf(NEW)).toBe(ADA);
    expect(stage.contact(CRM)).toMatchObject({
      email: 'new@example.com',
      addresses: { [ADA]: 'ada@example.com', [NEW]: 'new@example.com' },
    });
  });
});

describe('a change of address', () => {
  const move = (address: string, of: string): Placed => {
    const one = upsert({ address: `${address}@example.com` }, { of, nth: address });
    return { ...one, input: { ...one.input, data: { addressSubject: contactOf(address) } } };
  };

  it('makes the new one current and an alias, and a bounce of the old one no longer counts', () => {
    const stage = world();
    stage.arrive(engagement('hard_bounce'));
    stage.arrive(move('new', 'ada'));
    stage.settle();
    expect(stage.ownerOf(NEW)).toBe(ADA);
    expect(stage.contact(ADA)).toMatchObject({ email: 'new@example.com' });
    stage.rules = rulesOf(['rule: mail\non: opened\nif: |-\n  !contact.suppressed\nthen:\n  - add_tag: mailable']);
    stage.arrive(engagement('opened', { of: 'new' }));
    stage.settle();
    expect(stage.contact(ADA).tags).toEqual(['mailable']);
    stage.arrive(engagement('complaint'));
    stage.arrive(upsert({ removeTags: ['mailable'] }));
    stage.arrive(engagement('opened', { of: 'new', nth: 1 }));
    stage.settle();
    expect(stage.contact(ADA).tags).toEqual([]);
  });
});

describe('counters of a contact with aliases', () => {
  const counting = (version: number) =>
    rulesOf([
      `rule: hot\non: opened\nif: |-\n  count("clicked", "7d") >= 3${version > 1 ? ' && count("delivered", "7d") >= 2' : ''}\nthen:\n  - add_tag: hot`,
    ]);

  it('count what happened under each, whether it was known by then or a rule came later', () => {
    const stage = new LinkedStage(counting(1));
    stage.arrive(engagement('clicked', { of: 'old', nth: 1 }));
    stage.arrive(engagement('delivered', { of: 'old' }));
    stage.arrive(engagement('clicked', { nth: 2 }));
    stage.arrive(link('old', ADA));
    stage.settle();
    stage.arrive(engagement('clicked', { of: 'old', nth: 3 }));
    stage.arrive(engagement('delivered', { nth: 3 }));
    stage.settle();
    stage.arrive(engagement('opened'));
    expect(stage.contact(ADA).tags).toEqual(['hot']);
    stage.arrive(upsert({ removeTags: ['hot'] }));
    stage.rules = counting(2);
    stage.arrive(engagement('opened', { nth: 4 }));
    expect(stage.contact(ADA).tags).toEqual(['hot']);
    const folded = refold(WORKSPACE, ADA, stage.stage.judged(ADA), (state) => stage.stage.ofAliases(state));
    expect(JSON.stringify(folded)).toBe(JSON.stringify(stage.contact(ADA)));
  });
});
