/** The steps of a test as inputs of one contact. Ids are of the test alone: the same test gives the same events. */
import { deriveId, type Uuid } from '#contracts/ids.js';
import type { Input, Placed } from '#contracts/inputs.js';
import type { Json } from '#contracts/json.js';
import type { ContactGiven, ContactWritten, Happening, RuleTest } from '#domain/rules/tests/test-file.js';

type Happens = Exclude<Happening, { kind: 'nothing' }>;

export const WORKSPACE: Uuid = deriveId('rule-test', 'workspace');
export const CONTACT: Uuid = deriveId('rule-test', 'contact');

export interface Placing {
  readonly test: RuleTest;
  /** Place of the step in the test. */
  readonly nth: number;
  /** Milliseconds. */
  readonly at: number;
}

export function placed(input: Input, { test, nth, at }: Placing): Placed {
  const id = deriveId('rule-test', test.file, test.name, nth);
  const where = { topic: 'rule-test', partition: 0, position: nth };
  return { input, id, workspaceId: WORKSPACE, key: CONTACT, recordedAt: at, ...where };
}

const identityOf = ({ email }: ContactGiven) =>
  email === null ? { kind: 'contact', value: CONTACT } : { kind: 'email', value: email };

/** The contact as it is given, written without asking rules. */
export function given(contact: ContactGiven): Input {
  return writeOf(contact, contact, false);
}

export function inputOf(happening: Happens, { test, nth, at }: Placing): Input {
  const { contact } = test;
  switch (happening.kind) {
    case 'write':
      return writeOf(contact, happening.wish, true);
    case 'suppression': {
      const { command, scope } = happening;
      return { type: 'suppression_command', v: 1, data: { command, scope }, pii: { identity: identityOf(contact) } };
    }
    case 'engagement': {
      const { type, actor, scope, delayed, pii } = happening;
      return {
        type: 'engagement',
        v: 1,
        data: {
          engagement: type,
          provider: 'test',
          sourceId: deriveId('rule-test', 'source'),
          deliveryId: deriveId('rule-test', 'delivery', nth),
          index: 0,
          occurredAt: at - delayed,
          receivedAt: at,
          keys: [deriveId('rule-test', 'key', nth)],
          ...(actor === null ? {} : { actor }),
          ...(scope === null ? {} : { scope }),
        },
        pii: {
          identity: identityOf(contact),
          providerEventType: type,
          recipient: contact.email,
          providerEventId: null,
          providerMessageId: null,
          ...pii,
        },
      };
    }
  }
}

function writeOf(contact: ContactGiven, wish: ContactWritten, firesRules: boolean): Input {
  const { attributes, tags, stage, owner, timeZone, consent } = wish;
  const set: { readonly [attribute: string]: Json } = attributes;
  const pii = {
    identity: identityOf(contact),
    ...(Object.keys(set).length === 0 ? {} : { set }),
    ...(tags.length === 0 ? {} : { addTags: tags }),
    ...(stage === null ? {} : { stage }),
    ...(owner === null ? {} : { owner }),
    ...(timeZone === null ? {} : { timeZone }),
    ...(Object.keys(consent).length === 0
      ? {}
      : { consent: Object.fromEntries(Object.entries(consent).map(([purpose, given]) => [purpose, { given }])) }),
  };
  return { type: 'contact_upsert', v: 1, data: firesRules ? {} : { firesRules }, pii };
}
