import { deriveId } from '#contracts/ids.js';
import { MemoryPublications } from './memory-publications.js';
import type { RuleContent } from './publications.js';
import {
  type PublishingParts,
  publicationStatus,
  publish,
  type RuleFile,
  retireVersion,
  setVersions,
} from './publish.js';

const workspaceId = deriveId('workspace');
const file = (path: string, text: string): RuleFile => ({ path, text });
/** A file is a rule named by its path; the text `bad` is a problem. */
const read = (files: readonly RuleFile[]) => ({
  rules: files.map(
    ({ path, text }): RuleContent => ({
      rule: path,
      yaml: text,
      templates: {},
      attributes: {},
      hash: deriveId('hash', text),
    }),
  ),
  problems: files.filter(({ text }) => text === 'bad').map(({ path }) => ({ path, line: 1 })),
});

describe('publishing', () => {
  let publications: MemoryPublications;
  let parts: PublishingParts;
  let woken: number;
  beforeEach(() => {
    woken = 0;
    publications = new MemoryPublications();
    parts = { publications, topic: 'engagements.g1', partitions: 3, now: () => 5, published: () => woken++ };
  });
  const publishing = (files: readonly RuleFile[], options = {}) => publish(parts, read, workspaceId, files, options);

  it('makes each changed file a version and sends the whole to every partition, under ids of their own', async () => {
    await publishing([file('a', '1'), file('b', '1')]);
    const second = await publishing([file('a', '2'), file('b', '1')]);
    expect(second).toMatchObject({
      outcome: 'published',
      changes: [{ rule: 'a', version: 2, before: 1 }],
      publication: {
        number: 2,
        rules: [
          { rule: 'a', version: 2 },
          { rule: 'b', version: 1 },
        ],
      },
    });
    const { versions, outbox } = publications.of(workspaceId);
    expect(versions.map(({ rule, version }) => `${rule}${version}`)).toEqual(['a1', 'b1', 'a2']);
    expect(outbox.slice(3).map(({ partition, key, type, sealed }) => ({ partition, key, type, sealed }))).toEqual(
      [0, 1, 2].map((partition) => ({ partition, key: null, type: 'rules_published', sealed: null })),
    );
    expect(new Set(outbox.map(({ id }) => id)).size).toBe(6);
    expect(woken).toBe(2);
  });

  it('retires a version that is in force, and none that took its place meanwhile', async () => {
    await publishing([file('a', '1')]);
    await publishing([file('a', '2')]);
    expect(await retireVersion(parts, workspaceId, { rule: 'a', version: 1 })).toMatchObject({ outcome: 'unchanged' });
    expect(await retireVersion(parts, workspaceId, { rule: 'a', version: 2 }, { author: 'engine' })).toMatchObject({
      outcome: 'published',
      publication: { number: 3, author: 'engine', rules: [{ rule: 'a', version: null }] },
      changes: [{ rule: 'a', version: null, before: 2 }],
    });
    expect(await retireVersion(parts, workspaceId, { rule: 'a', version: 2 })).toMatchObject({ outcome: 'unchanged' });
  });

  it('changes nothing when nothing changed', async () => {
    await publishing([file('a', '1')]);
    expect((await publishing([file('a', '1')])).outcome).toBe('unchanged');
    expect(publications.of(workspaceId).publications).toHaveLength(1);
  });

  it('refuses all with any problem: what is in force stays', async () => {
    await publishing([file('a', '1')]);
    expect(await publishing([file('a', '2'), file('b', 'bad')])).toEqual({
      outcome: 'refused',
      problems: [{ path: 'b', line: 1 }],
    });
    expect(publications.of(workspaceId).publications).toHaveLength(1);
  });

  it('leaves rules without a file in force unless told to retire them', async () => {
    await publishing([file('a', '1'), file('b', '1')]);
    expect((await publishing([file('a', '1')])).outcome).toBe('unchanged');
    expect(await publishing([file('a', '1')], { retireMissing: true })).toMatchObject({
      changes: [{ rule: 'b', version: null, before: 1 }],
      publication: {
        number: 2,
        rules: [
          { rule: 'a', version: 1 },
          { rule: 'b', version: null },
        ],
      },
    });
  });

  it('rolls back under a new number, and knows content it had before', async () => {
    await publishing([file('a', '1')]);
    await publishing([file('a', '2')]);
    const back = await setVersions(parts, workspaceId, new Map([['a', 1]]));
    expect(back).toMatchObject({ publication: { number: 3 }, changes: [{ rule: 'a', version: 1, before: 2 }] });
    expect(await publishing([file('a', '2')])).toMatchObject({ publication: { number: 4 }, changes: [{ version: 2 }] });
    expect(publications.of(workspaceId).versions).toHaveLength(2);
    await expect(setVersions(parts, workspaceId, new Map([['a', 9]]))).rejects.toThrow('rule a has no version 9');
  });

  it('tells on how many partitions the latest is in force', async () => {
    expect(await publicationStatus(parts, workspaceId)).toEqual({ publication: null, inForce: 0, of: 3 });
    await publishing([file('a', '1')]);
    publications.inForce = (_, topic, number) => (topic === 'engagements.g1' && number === 1 ? 2 : 0);
    expect(await publicationStatus(parts, workspaceId)).toMatchObject({
      publication: { number: 1 },
      inForce: 2,
      of: 3,
    });
  });
});
