/** Attributes, owners and teams over HTTP. */
import { z } from 'zod';
import type { AttributeRow } from '#adapters/postgres/registry/attributes.js';
import { deriveId, normaliseEmail } from '#contracts/ids.js';
import { type AttributeDeclaration, MAX_DECLARED } from '#domain/rules/attributes/declaration.js';
import { ATTRIBUTE_NAME, MAX_ALIASES, MAX_VALUES } from '#domain/rules/attributes/read-attributes.js';
import { SCALARS, type Scalar } from '#domain/rules/attributes/type.js';
import { MAX_OWNERS, MAX_TEAMS, spanOf, TEAM_NAME, type Teams, WEEKDAYS } from '#domain/rules/teams/teams.js';
import { isTimeZone } from '#platform/time/time-zone.js';
import { iso, time } from '../openapi/fields.js';

export const attributeName = z
  .string()
  .regex(ATTRIBUTE_NAME, 'Expected letters, digits and underscores, a letter first, 64 at most');

const TYPES = [...SCALARS, 'double'] as const;
const scalar = z.enum(TYPES, `Expected one of ${[...SCALARS, 'list'].join(', ')}`);

export const attributeWanted = z
  .strictObject({
    type: z.union([scalar, z.literal('list')], `Expected one of ${[...SCALARS, 'list'].join(', ')}`),
    of: scalar.optional().describe('Of a list: what it holds; `string` when left out.'),
    values: z.array(z.string().min(1).max(200)).min(1).max(MAX_VALUES).optional().describe('Of an enum.'),
    description: z.string().max(1000).optional(),
    deprecated: z
      .string()
      .min(1)
      .max(500)
      .nullish()
      .describe('What to write instead; writes are refused with it, what is stored stays.'),
    aliases: z
      .array(attributeName)
      .max(MAX_ALIASES)
      .optional()
      .describe('Names it had: accepted, stored under this one.'),
  })
  .superRefine(({ type, of, values, aliases = [] }, context) => {
    const complain = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    if (of !== undefined && type !== 'list') complain('of', 'Only a list is of something: write type list');
    const item = type === 'list' ? (of ?? 'string') : type;
    if (item === 'enum' && values === undefined) complain('values', 'An enum needs values');
    if (item !== 'enum' && values !== undefined) complain('values', 'Only an enum has values: write type enum');
    if (values !== undefined && new Set(values).size < values.length) complain('values', 'Each value once');
    if (new Set(aliases).size < aliases.length) complain('aliases', 'Each name once');
  })
  .meta({ id: 'AttributeDeclaration' });

export const attributesWanted = z
  .strictObject({
    attributes: z
      .record(attributeName, attributeWanted)
      .refine((all) => Object.keys(all).length <= MAX_DECLARED, `At most ${MAX_DECLARED}`),
  })
  .meta({ id: 'AttributeDeclarations' });

export const attributeShown = z
  .object({
    name: z.string(),
    type: z.string(),
    of: z.string().nullable(),
    values: z.array(z.string()),
    description: z.string(),
    deprecated: z.string().nullable(),
    aliases: z.array(z.string()),
    version: z.int().describe('For If-Match.'),
    updatedAt: time,
  })
  .meta({ id: 'Attribute' });

export const attributeList = z.object({ items: z.array(attributeShown) });

export function wantedOf(name: string, wanted: z.output<typeof attributeWanted>): AttributeDeclaration {
  const { type, of, values = [], description = '', deprecated = null, aliases = [] } = wanted;
  const list = type === 'list';
  const scalar: Scalar = type === 'list' ? (of ?? 'string') : type;
  return { name, type: { scalar, list, values }, description, deprecated, aliases };
}

export function showAttribute(row: AttributeRow): z.infer<typeof attributeShown> {
  const { name, scalar, list, values, description, deprecated, aliases, version, updatedAt } = row;
  return {
    ...{ name, description, deprecated, version },
    type: list ? 'list' : scalar,
    of: list ? scalar : null,
    values: [...values],
    aliases: [...aliases],
    updatedAt: iso(updatedAt),
  };
}

const address = z
  .string()
  .max(320)
  .refine((text) => normaliseEmail(text) !== null, 'Expected an e-mail address');

const owner = z.strictObject({
  email: address,
  name: z.string().max(200).default(''),
  zone: z
    .string()
    .refine(isTimeZone, 'Expected an IANA name: Europe/Berlin')
    .nullable()
    .default(null)
    .describe('IANA name of the zone the owner works in.'),
  hours: z
    .strictObject({
      weekdays: z.array(z.enum(WEEKDAYS, `Expected one of ${WEEKDAYS.join(', ')}`)).min(1),
      from: z.string(),
      to: z.string(),
    })
    .refine(({ from, to }) => spanOf(`${from}-${to}`) !== null, 'Expected hours within one day: 09:00 to 17:00')
    .nullable()
    .default(null)
    .describe('Working hours in that zone; null: at any time.'),
});

const team = z.strictObject({
  name: z.string().regex(TEAM_NAME, 'Expected letters, digits, - and _, 64 at most'),
  members: z.array(address).describe('Addresses of owners, in the order of a rotation.'),
});

export const teamsWanted = z
  .strictObject({ owners: z.array(owner).max(MAX_OWNERS), teams: z.array(team).max(MAX_TEAMS).default([]) })
  .superRefine(({ owners, teams }, context) => {
    const complain = (path: PropertyKey[], message: string) => context.addIssue({ code: 'custom', path, message });
    const known = owners.map(({ email }) => normaliseEmail(email));
    owners.forEach(({ email }, index) => {
      if (known.indexOf(normaliseEmail(email)) < index)
        complain(['owners', index, 'email'], 'This owner is there twice');
    });
    teams.forEach(({ name, members }, index) => {
      if (teams.findIndex((other) => other.name === name) < index)
        complain(['teams', index, 'name'], 'This team is there twice');
      members.forEach((member, at) => {
        if (!known.includes(normaliseEmail(member)))
          complain(['teams', index, 'members', at], 'No owner has this address: add it to owners');
      });
    });
  })
  .meta({ id: 'NewTeams' });

export const teamsShown = z
  .object({
    owners: z.array(
      z.object({
        email: z.string(),
        name: z.string(),
        zone: z.string().nullable(),
        hours: z.object({ weekdays: z.array(z.string()), from: z.string(), to: z.string() }).nullable(),
      }),
    ),
    teams: z.array(z.object({ name: z.string(), members: z.array(z.string()) })),
  })
  .meta({ id: 'Teams' });

const normalised = (text: string): string => normaliseEmail(text) ?? text;

export function teamsOf({ owners, teams }: z.output<typeof teamsWanted>): Teams {
  return {
    owners: owners.map((one) => ({
      ...one,
      email: normalised(one.email),
      hours: one.hours && { ...one.hours, weekdays: WEEKDAYS.filter((day) => one.hours?.weekdays.includes(day)) },
    })),
    teams: teams.map(({ name, members }) => ({ name, members: [...new Set(members.map(normalised))] })),
  };
}

/** The same for the same content: what If-Match is compared with. */
export function tagOf(teams: Teams): string {
  return deriveId('teams', JSON.stringify(showTeams(teams)));
}

export function showTeams({ owners, teams }: Teams): z.infer<typeof teamsShown> {
  return {
    owners: owners.map(({ hours, ...one }) => ({
      ...one,
      hours: hours && { ...hours, weekdays: [...hours.weekdays] },
    })),
    teams: teams.map(({ name, members }) => ({ name, members: [...members] })),
  };
}
