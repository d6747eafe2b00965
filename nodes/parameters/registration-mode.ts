/** How the webhook gets to the provider, as the user chose. */
export type RegistrationMode = 'automatic' | 'manual';

/** Reads the parameter; what is neither counts as the default. */
export function registrationMode(context: { getNodeParameter(name: string, fallback: string): unknown }): RegistrationMode {
  return context.getNodeParameter('registration', 'automatic') === 'manual' ? 'manual' : 'automatic';
}
