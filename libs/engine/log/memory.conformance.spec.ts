import { logConformance } from './conformance/conformance.js';
import { memoryHarness } from './conformance/memory-harness.js';

logConformance('memory', memoryHarness);
