/**
 * The part of the Compose specification that docker-compose.yml uses, strict: an attribute that is not here is refused, so that a
 * new one is looked up before it is used. Source: github.com/compose-spec/compose-spec, schema/compose-spec.json.
 */
import { z } from 'zod';

const NAME = /^[a-zA-Z0-9._-]+$/;
const DURATION = /^(\d+(us|ms|s|m|h))+$/;
const PORT = /^(\d{1,3}(\.\d{1,3}){3}:)?(\d{1,5}:)?\d{1,5}(\/(tcp|udp))?$/;

const duration = z.string().regex(DURATION);
const words = z.array(z.string());

const healthcheck = z.strictObject({
  test: z.tuple([z.literal('CMD')], z.string()),
  interval: duration.optional(),
  timeout: duration.optional(),
  retries: z.int().positive().optional(),
  start_period: duration.optional(),
});

const dependsOn = z.record(
  z.string().regex(NAME),
  z.strictObject({ condition: z.enum(['service_started', 'service_healthy', 'service_completed_successfully']) }),
);

const service = z
  .strictObject({
    image: z.string().min(1).optional(),
    build: z.string().min(1).optional(),
    command: words.min(1).optional(),
    environment: z.record(z.string(), z.string()).optional(),
    restart: z
      .string()
      .regex(/^(no|always|unless-stopped|on-failure(:\d+)?)$/)
      .optional(),
    init: z.boolean().optional(),
    stop_grace_period: duration.optional(),
    healthcheck: healthcheck.optional(),
    depends_on: dependsOn.optional(),
    ports: z.array(z.string().regex(PORT)).optional(),
    volumes: z.array(z.string().regex(/^[^:]+:\/[^:]+(:(ro|rw))?$/)).optional(),
  })
  .refine(({ image, build }) => image !== undefined || build !== undefined, 'a service has an image or a build');

/** A file as it stands after interpolation. Top-level names beginning with x- are the file's own. */
export const composeSchema = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-z0-9][a-z0-9_-]*$/)
      .optional(),
    services: z.record(z.string().regex(NAME), service),
    volumes: z.record(z.string().regex(NAME), z.null()).optional(),
  })
  .superRefine(({ services, volumes = {} }, context) => {
    for (const [name, { depends_on: after = {}, volumes: mounted = [] }] of Object.entries(services)) {
      for (const other of Object.keys(after))
        if (!(other in services)) context.addIssue(`${name} depends on ${other}, which is no service`);
      for (const mount of mounted) {
        const source = mount.split(':')[0] ?? '';
        if (!/^[./~]/.test(source) && !(source in volumes))
          context.addIssue(`${name} mounts the volume ${source}, which is not declared`);
      }
    }
  });

export type Compose = z.infer<typeof composeSchema>;
export type ComposeService = Compose['services'][string];
