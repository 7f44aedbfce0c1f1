/** The pages: controllers, and what reads for them. */
import { AssetsController } from './assets/assets.controller.js';
import { ContactPages } from './contacts/contact-pages.js';
import { ContactsPageController } from './contacts/contacts-page.controller.js';
import { DeliveryPageController } from './deliveries/delivery-page.controller.js';
import { HealthPageController } from './health/health-page.controller.js';
import { HealthPages } from './health/health-pages.js';
import { ImportsPageController } from './imports/imports-page.controller.js';
import { InboxPageController } from './inbox/inbox-page.controller.js';
import { ActivityReader } from './live/activity.js';
import { LivePageController } from './live/live.controller.js';
import { PageGuard } from './page.guard.js';
import { RulePageController } from './rules/rule-page.controller.js';
import { RulePages } from './rules/rule-pages.js';
import { RulesPageController } from './rules/rules-page.controller.js';
import { Sessions } from './session.js';
import { SignInController } from './sign-in/sign-in.controller.js';
import { SourcePages } from './sources/source-pages.js';
import { SourcesPageController } from './sources/sources-page.controller.js';
import { WebhooksPageController } from './webhooks/webhooks-page.controller.js';

export const PAGE_CONTROLLERS = [
  SignInController,
  AssetsController,
  LivePageController,
  ContactsPageController,
  ImportsPageController,
  DeliveryPageController,
  InboxPageController,
  RulesPageController,
  RulePageController,
  SourcesPageController,
  WebhooksPageController,
  HealthPageController,
];

export const PAGE_PROVIDERS = [Sessions, PageGuard, ActivityReader, ContactPages, SourcePages, HealthPages, RulePages];
