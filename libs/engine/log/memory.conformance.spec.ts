import { logConformance } from './conformance.js';
import { memoryHarness } from './memory-harness.js';

logConformance('memory', memoryHarness);
