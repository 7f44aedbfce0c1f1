/** `afterclick teams`: owners with their working hours, and the teams they are in. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Command } from 'commander';
import { isTimeZone } from '#platform/time/time-zone.js';
import type { Teams } from '../answers.js';
import { connect } from '../connect.js';
import { refusedFile } from '../file-problems.js';
import { type SharedOptions, withExamples, withSharedOptions } from '../options.js';
import { printJson, printLine, printTable, type Streams } from '../output.js';

export function addTeams(program: Command, streams: Streams): void {
  const teams = program.command('teams').description('Owners and teams: list and declare them.');
  const list = teams
    .command('list')
    .description('List the owners with their hours and teams.')
    .action((options: SharedOptions) => listTeams(options, streams));
  withExamples(withSharedOptions(list), 'afterclick teams list');
  const publish = teams
    .command('publish')
    .description('Set owners and teams, whole: those that are not in the file are gone.')
    .argument('<file>', 'teams.yaml')
    .action((file: string, options: SharedOptions) => publishTeams(file, options, streams));
  withExamples(withSharedOptions(publish), 'afterclick teams publish ./crm-rules/teams.yaml');
}

async function listTeams(options: SharedOptions, streams: Streams): Promise<void> {
  const api = await connect(options);
  tell(await api.get<Teams>('/v1/teams'), options, streams);
}

async function publishTeams(file: string, options: SharedOptions, streams: Streams): Promise<void> {
  const { readTeams } = await import('#domain/rules/teams/read-teams.js');
  const { teams, problems } = readTeams(basename(file), await readFile(file, 'utf8'), isTimeZone);
  if (problems.length > 0) throw refusedFile(file, problems, 'Nothing was changed.');
  const api = await connect(options);
  tell(await api.send<Teams>('PUT', '/v1/teams', teams), options, streams);
}

function tell(document: Teams, options: SharedOptions, streams: Streams): void {
  if (options.json) {
    printJson(streams, document);
    return;
  }
  const { owners, teams } = document;
  const rows = owners.map(({ email, name, zone, hours }) => [
    email,
    name,
    teams.flatMap((team) => (team.members.includes(email) ? [team.name] : [])).join(' '),
    hours === null ? 'at any time' : `${hours.weekdays.join(' ')} ${hours.from}-${hours.to}`,
    zone,
  ]);
  printTable(streams, ['owner', 'name', 'teams', 'hours', 'zone'], rows, ['name', 'teams', 'hours']);
  if (owners.length === 0) printLine(streams, 'No owners are declared: any is taken.');
}
