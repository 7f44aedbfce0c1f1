/** A read model's table, described once by its columns: its bulk statements and their parameters follow from that. */
import type { Json } from '#contracts/json.js';
import { type Statement, statement } from '../statement.js';
import { jsonArray, plainArray, textArray, timeArray } from './array-literal.js';

export type ColumnType =
  | 'uuid'
  | 'text'
  | 'integer'
  | 'bigint'
  | 'boolean'
  | 'date'
  | 'timestamptz'
  | 'jsonb'
  | 'text[]';

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
  /** Parameters of an insert or upsert: one array a column. */
  values(rows: readonly Row[]): string[];
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
    values: (rows) => properties.map((property) => encode(rows, property, spec.columns[property])),
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
using unnest(${arrays(from, from.key)}) as r(${key.join(', ')})
where ${key.map((column) => `t.${column} = r.${column}`).join(' and ')}`,
  );
}

function insertText<Row>(into: Table<Row>): string {
  const properties = propertiesOf(into);
  const columns = properties.map(columnOf).join(', ');
  const source = properties.map((property) => fromArray(columnOf(property), into.columns[property])).join(', ');
  return `insert into ${into.schema}.${into.name} (${columns})
select ${source}
from unnest(${arrays(into, properties)}) as r(${columns})`;
}

function propertiesOf<Row>(spec: TableSpec<Row>): (keyof Row & string)[] {
  return Object.keys(spec.columns) as (keyof Row & string)[];
}

function arrays<Row>(spec: TableSpec<Row>, properties: readonly (keyof Row & string)[]): string {
  return properties.map((property, index) => `$${index + 1}::${inArray(spec.columns[property])}[]`).join(', ');
}

function assignment<Row>(spec: TableSpec<Row>, property: keyof Row & string): string {
  const column = columnOf(property);
  const added = spec.added?.includes(property);
  return `${column} = ${added ? `${spec.name}.${column} + ` : ''}excluded.${column}`;
}

/** unnest flattens arrays of arrays, so a list travels as the text of its literal. */
function inArray(type: ColumnType): string {
  return type === 'text[]' ? 'text' : type;
}

function fromArray(column: string, type: ColumnType): string {
  return type === 'text[]' ? `r.${column}::text[]` : `r.${column}`;
}

function encode<Row>(rows: readonly Row[], property: keyof Row & string, type: ColumnType): string {
  const values = rows.map((row) => row[property] as unknown);
  switch (type) {
    case 'text':
      return textArray(values as (string | null)[]);
    case 'text[]':
      return textArray((values as string[][]).map((list) => textArray(list)));
    case 'jsonb':
      return jsonArray(values as Json[]);
    case 'timestamptz':
      return timeArray(values as (number | null)[]);
    default:
      return plainArray(values as (string | number | boolean | null)[]);
  }
}
