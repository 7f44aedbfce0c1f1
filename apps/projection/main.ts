/** Entry of the projection service. */
import { runService } from '#platform/process/run-service.js';
import { projectionService } from './projection.service.js';

await runService(projectionService);
