/** Entry of the ingest service. */
import { runService } from '#platform/process/run-service.js';
import { ingestService } from './ingest.service.js';

await runService(ingestService);
