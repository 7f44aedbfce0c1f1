import { logConformance } from '#engine/log/conformance/conformance.js';
import { testDatabase } from '#testing/postgres.js';
import { postgresHarness } from './harness.js';

logConformance('Postgres', async () => postgresHarness(await testDatabase()));
