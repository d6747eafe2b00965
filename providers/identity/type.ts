/** `identity.<object>.<what>`: lower-case letters, digits and underscores; what is done stands in the past tense. */
export type IdentityType = `identity.${string}.${string}`;
