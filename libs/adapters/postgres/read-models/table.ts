/** A read model's table, described once by its columns: its bulk statements and their parameters follow from that. */
import type { Json } from '#contracts/json.js';
import { Blob } from '../event-store/blob.js';
import { type Statement, statement } from '../statement.js';
import { plainArray, textArray, timeArray } from './array-literal.js';

export type ColumnType =
  | 'uuid'
  | 'text'
  | 'integer'
  | 'bigint'
  | 'boolean'
  | 'date'
  | 'timestamptz'
  | 'jsonb'
  | 'text[]'
  | 'uuid[]';

export interface TableSpec<Row> {
  readonly name: string;
  /** Property → type; the column is the property in snake case. */
  readonly columns: { readonly [K in keyof Row & string]-?: ColumnType };
  readonly key: readonly (keyof Row & string)[];
  /** Columns that an upsert adds to what is there instead of replacing it. */
  readonly added?: readonly (keyof Row & string)[];
}

export interface Table<Row> extends TableSpec<Row> {
  readonly schema: string;
  /** `select` list that gives rows of the table's alias `t` with the properties of Row. */
  readonly selected: string;
  /** Parameters of an insert or upsert: one array a column, JSON as bytes (blob.ts). */
  values(rows: readonly Row[]): (string | Buffer)[];
  /** Parameters of a removal: one array a key column. */
  keys(rows: readonly Row[]): string[];
}

/** The column of a property: `workspaceId` → `workspace_id`. */
export function columnOf(property: string): string {
  return property.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Describes a table in a schema: `read`, or `pg_temp` for a copy to compare with. */
export function table<Row>(spec: TableSpec<Row>, schema: string): Table<Row> {
  const properties = propertiesOf(spec);
  return {
    ...spec,
    schema,
    selected: properties.map((property) => `t.${columnOf(property)} as "${property}"`).join(', '),
    values: (rows) => properties.flatMap((property) => parameters(rows, property, spec.columns[property])),
    keys: (rows) => spec.key.map((property) => encode(rows, property, spec.columns[property])),
  };
}

/** Inserts rows; a key that is there is an error. Parameters: `values`. */
export function insertInto<Row>(into: Table<Row>): Statement {
  return statement(`${into.schema}.${into.name}.insert`, insertText(into));
}

/** Inserts rows; a key that is there replaces its row (or adds to it). Parameters: `values`. */
export function upsertInto<Row>(into: Table<Row>): Statement {
  const set = propertiesOf(into).filter((property) => !into.key.includes(property));
  const action = set.length === 0 ? 'nothing' : `update set ${set.map((one) => assignment(into, one)).join(', ')}`;
  const key = into.key.map(columnOf).join(', ');
  return statement(`${into.schema}.${into.name}.upsert`, `${insertText(into)}\non conflict (${key}) do ${action}`);
}

/** Deletes rows. Parameters: `keys`. */
export function removeFrom<Row>(from: Table<Row>): Statement {
  const key = from.key.map(columnOf);
  return statement(
    `${from.schema}.${from.name}.remove`,
    `delete from ${from.schema}.${from.name} t
using unnest(${from.key.map((property, index) => `$${index + 1}::${from.columns[property]}[]`).join(', ')}) as r(${key.join(', ')})
where ${key.map((column) => `t.${column} = r.${column}`).join(' and ')}`,
  );
}

function insertText<Row>(into: Table<Row>): string {
  const properties = propertiesOf(into);
  const source: string[] = [];
  const [arrays, names]: [string[], string[]] = [[], []];
  let next = 1;
  for (const property of properties) {
    const [column, type] = [columnOf(property), into.columns[property]];
    if (type === 'jsonb') {
      source.push(`convert_from(substring($${next}::bytea from r.${column}_at for r.${column}_size), 'UTF8')::jsonb`);
      arrays.push(`$${next + 1}::integer[]`, `$${next + 2}::integer[]`);
      names.push(`${column}_at`, `${column}_size`);
      next += 3;
    } else {
      source.push(fromArray(column, type));
      arrays.push(`$${next}::${inArray(type)}[]`);
      names.push(column);
      next += 1;
    }
  }
  return `insert into ${into.schema}.${into.name} (${properties.map(columnOf).join(', ')})
select ${source.join(', ')}
from unnest(${arrays.join(', ')}) as r(${names.join(', ')})`;
}

function propertiesOf<Row>(spec: TableSpec<Row>): (keyof Row & string)[] {
  return Object.keys(spec.columns) as (keyof Row & string)[];
}

function assignment<Row>(spec: TableSpec<Row>, property: keyof Row & string): string {
  const column = columnOf(property);
  const added = spec.added?.includes(property);
  return `${column} = ${added ? `${spec.name}.${column} + ` : ''}excluded.${column}`;
}

/** unnest flattens arrays of arrays, so a list travels as the text of its literal. */
function inArray(type: ColumnType): string {
  return isList(type) ? 'text' : type;
}

function fromArray(column: string, type: ColumnType): string {
  return isList(type) ? `r.${column}::${type}` : `r.${column}`;
}

function isList(type: ColumnType): boolean {
  return type === 'text[]' || type === 'uuid[]';
}

function parameters<Row>(rows: readonly Row[], property: keyof Row & string, type: ColumnType): (string | Buffer)[] {
  return type === 'jsonb' ? Blob.ofJson(rows, (row) => row[property] as Json | null) : [encode(rows, property, type)];
}

function encode<Row>(rows: readonly Row[], property: keyof Row & string, type: ColumnType): string {
  const values = rows.map((row) => row[property] as unknown);
  switch (type) {
    case 'text':
      return textArray(values as (string | null)[]);
    case 'text[]':
    case 'uuid[]':
      return textArray((values as string[][]).map((list) => textArray(list)));
    case 'timestamptz':
      return timeArray(values as (number | null)[]);
    default:
      return plainArray(values as (string | number | boolean | null)[]);
  }
}
