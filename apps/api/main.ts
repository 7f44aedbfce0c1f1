/** Entry of the api service. */
import { runService } from '#platform/process/run-service.js';
import { apiService } from './api.service.js';

await runService(apiService);
