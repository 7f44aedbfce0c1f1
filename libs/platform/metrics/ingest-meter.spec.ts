import { pino } from 'pino';
import { Registry } from 'prom-client';
import type { Source } from '#engine/ingest/source.js';
import { ingestMeter } from './ingest-meter.js';

const source: Source = {
  id: 'source-1',
  workspaceId: 'workspace-1',
  path: 'secret-path',
  name: 'shop',
  provider: 'sendgrid',
  state: 'active',
  settings: { scheme: 'none', keys: [] },
};

it('counts by source and reason, and shows no path', async () => {
  const registry = new Registry();
  const meter = ingestMeter(registry, pino({ level: 'silent' }));
  meter.received(source);
  meter.rejected(source, 'signature');
  meter.rejected(null, 'unknown_source');
  meter.stored(source, 5, 1);
  meter.lag(source, 90_000);
  const text = await registry.metrics();
  const of = 'source="source-1",provider="sendgrid"';
  expect(text).toContain(`afterclick_ingest_requests_total{${of}} 1`);
  expect(text).toContain(`afterclick_ingest_rejected_total{${of},kind="signature"} 1`);
  expect(text).toContain('afterclick_ingest_rejected_total{source="none",provider="none",kind="unknown_source"} 1');
  expect(text).toContain(`afterclick_ingest_engagements_total{${of}} 5`);
  expect(text).toContain(`afterclick_ingest_quarantined_total{${of}} 1`);
  expect(text).toContain(`afterclick_ingest_event_lag_seconds_bucket{le="60",${of}} 0`);
  expect(text).toContain(`afterclick_ingest_event_lag_seconds_bucket{le="300",${of}} 1`);
  expect(text).toContain(`afterclick_ingest_event_lag_seconds_sum{${of}} 90`);
  expect(text).not.toContain('secret-path');
});
