/**
 * One CloudEvent 1.0, from HTTP headers or from JSON, checked.
 * Source: github.com/cloudevents/spec, cloudevents/bindings/http-protocol-binding.md (3.1) and formats/json-format.md (3).
 */
import type { Json, JsonObject } from '#contracts/json.js';
import type { ProviderRequest } from '../provider.js';
import { readJson } from './json.js';

export interface CloudEvent {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  /** All attributes by name, and `data` where it is JSON. */
  readonly whole: JsonObject;
}

/** The event, or as text why it is none. */
export type CloudEventReading = CloudEvent | string;

/** Binary mode: attributes in `ce-*` headers, the data is the body. */
export function binaryCloudEvent(request: ProviderRequest): CloudEventReading {
  const attributes: Record<string, Json> = {};
  for (const [header, written] of Object.entries(request.headers)) {
    if (!header.startsWith('ce-')) continue;
    const value = decodeHeader(written);
    if (value === null) return `header ${header} is not percent-encoded UTF-8`;
    attributes[header.slice('ce-'.length)] = value;
  }
  const contentType = request.headers['content-type'] ?? null;
  return checked({ ...attributes, datacontenttype: contentType, data: jsonData(request.body, contentType) ?? null });
}

/** Structured mode, or one element of a batch: attributes and data in one JSON object. */
export function structuredCloudEvent(event: JsonObject): CloudEventReading {
  const encoded = event['data_base64'];
  if (encoded === undefined || encoded === null) return checked(event);
  if (event['data'] !== undefined) return 'the event has both data and data_base64';
  if (typeof encoded !== 'string' || !/^[A-Za-z0-9+/]*={0,2}$/.test(encoded)) return 'data_base64 is not base64';
  const contentType = typeof event['datacontenttype'] === 'string' ? event['datacontenttype'] : null;
  return checked({ ...event, data: jsonData(Buffer.from(encoded, 'base64'), contentType) ?? null });
}

function checked(whole: JsonObject): CloudEventReading {
  if (whole['specversion'] !== '1.0') return `specversion ${JSON.stringify(whole['specversion'] ?? null)} is not 1.0`;
  const { id, source, type } = whole;
  if (!isFilled(id)) return 'the event has no id';
  if (!isFilled(source)) return 'the event has no source';
  return isFilled(type) ? { id, source, type, whole } : 'the event has no type';
}

const isFilled = (value: Json | undefined): value is string => typeof value === 'string' && value.trim() !== '';

/** The data when it is said to be JSON (which it is when nothing is said) and is. */
function jsonData(data: Buffer, contentType: string | null): Json | undefined {
  if (contentType !== null && !/^\s*[\w.-]+\/(?:[\w.-]+\+)?json\s*(?:;|$)/i.test(contentType)) return undefined;
  const reading = readJson(data);
  return reading.ok ? reading.value : undefined;
}

/** Unquotes a quoted string, then decodes `%xy` once; null where the bytes are not UTF-8. */
function decodeHeader(written: string): string | null {
  const quoted = /^"((?:[^"\\]|\\.)*)"$/.exec(written.trim())?.[1];
  const plain = quoted === undefined ? written.trim() : quoted.replace(/\\(.)/g, '$1');
  try {
    return plain.replace(/(?:%[0-9a-f]{2})+/gi, (escapes) =>
      UTF8.decode(Buffer.from(escapes.replaceAll('%', ''), 'hex')),
    );
  } catch {
    return null;
  }
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
