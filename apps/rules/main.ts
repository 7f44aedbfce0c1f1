/** Entry of the rules service. */
import { runService } from '#platform/process/run-service.js';
import { rulesService } from './rules.service.js';

await runService(rulesService);
