/** Segments over HTTP: what is published, and how far it is in force. */
import { z } from 'zod';
import { NAME } from '#domain/rules/vocabulary.js';
import { versionShown } from './rule-schemas.js';

export const segmentName = z.string().regex(NAME, 'Expected the name of a segment such as engaged');

export const segmentShown = z
  .object({
    name: z.string(),
    state: z.enum(['published', 'retired']).describe('A retired one has no members.'),
    version: z.int().nullable().describe('The version published last; null: retired.'),
    description: z.string().nullable(),
    if: z.string().nullable().describe('The condition that makes a contact a member, CEL; see docs/rules.md.'),
  })
  .meta({ id: 'Segment' });

const inForce = {
  number: z.int().nullable().describe('Number of the publication; null where nothing was ever published.'),
  inForce: z.int().describe('Partitions that have it in force …'),
  of: z.int().describe('… of so many.'),
};

export const segmentsShown = z.object({ ...inForce, items: z.array(segmentShown).describe('By name.') });

export const wholeSegment = segmentShown
  .extend({ yaml: z.string(), versions: z.array(versionShown).describe('Newest first.'), ...inForce })
  .meta({ id: 'WholeSegment' });
