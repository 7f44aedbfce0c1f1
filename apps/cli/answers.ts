/** What the API answers, by the schemas that it is made from. Types only: nothing of the API is loaded. */
import type { z } from 'zod';
import type { commandShown, pendingShown } from '#apps/api/commands/command-schemas.js';
import type { contactShown, eventShown } from '#apps/api/contacts/contact-schemas.js';
import type { attributeList, teamsShown } from '#apps/api/declarations/declaration-schemas.js';
import type {
  deliveryShown,
  openedDelivery,
  openedQuarantine,
  quarantineShown,
} from '#apps/api/deliveries/delivery-schemas.js';
import type { effectShown, whyShown } from '#apps/api/effects/effect-schemas.js';
import type { importShown } from '#apps/api/imports/import-schemas.js';
import type { notificationShown } from '#apps/api/notifications/notification-schemas.js';
import type { parkedShown } from '#apps/api/parked/parked-schemas.js';
import type { checkShown, publishedShown, ruleShown, rulesShown } from '#apps/api/rules/rule-schemas.js';
import type { segmentsShown, wholeSegment } from '#apps/api/rules/segment-schemas.js';
import type { filesDiffShown } from '#apps/api/rules/version-schemas.js';
import type { keyedSource, sourceShown } from '#apps/api/sources/source-schemas.js';
import type {
  checkAnswer,
  suppressionShown,
  writeAnswer as suppressionsWritten,
} from '#apps/api/suppressions/suppression-schemas.js';

export type Attributes = z.infer<typeof attributeList>;
export type Teams = z.infer<typeof teamsShown>;
export type CommandState = z.infer<typeof commandShown>;
export type PendingCommand = z.infer<typeof pendingShown>;
export type Contact = z.infer<typeof contactShown>;
export type TimelineEvent = z.infer<typeof eventShown>;
export type Delivery = z.infer<typeof deliveryShown>;
export type OpenedDelivery = z.infer<typeof openedDelivery>;
export type Quarantined = z.infer<typeof quarantineShown>;
export type OpenedQuarantined = z.infer<typeof openedQuarantine>;
export type Effect = z.infer<typeof effectShown>;
export type Why = z.infer<typeof whyShown>;
export type Imported = z.infer<typeof importShown>;
export type Notification = z.infer<typeof notificationShown>;
export type Parked = z.infer<typeof parkedShown>;
export type Published = z.infer<typeof publishedShown>;
export type Rule = z.infer<typeof ruleShown>;
export type Rules = z.infer<typeof rulesShown>;
export type RulesChecked = z.infer<typeof checkShown>;
export type RuleFilesDiff = z.infer<typeof filesDiffShown>;
export type Segment = z.infer<typeof wholeSegment>;
export type Segments = z.infer<typeof segmentsShown>;
export type Source = z.infer<typeof sourceShown>;
export type KeyedSource = z.infer<typeof keyedSource>;
export type Suppression = z.infer<typeof suppressionShown>;
export type SuppressionCheck = z.infer<typeof checkAnswer>;
export type SuppressionsWritten = z.infer<typeof suppressionsWritten>;
