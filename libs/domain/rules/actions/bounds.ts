/** What a contact's state may hold at most, so that it stays bounded whatever happens. */
export const MAX_ATTRIBUTES = 200;
export const MAX_TAGS = 200;
/** The score stays within plus and minus this. */
export const MAX_SCORE = 1_000_000_000;
/** Sequences a contact may be enrolled in. */
export const MAX_ENROLLMENTS = 200;
