/** Entry of the delivery service. */
import { runService } from '#platform/process/run-service.js';
import { deliveryService } from './delivery.service.js';

await runService(deliveryService);
