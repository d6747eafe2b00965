/*
 * The three forms in which cidaas tells an error: an object (`Cidaas/cidaas-sdk-ios-v2` ErrorResponseEntity.swift), a
 * text and a bare text (`Cidaas/terraform-provider-cidaas` helpers/cidaas/webhook_test.go). Which service answers in
 * which is unknown. The token service has OAuth's own.
 */
import { randomUUID } from 'node:crypto';
import type { Answer } from '../server';

export type ErrorForm = 'object' | 'text' | 'bare';

/** Codes look like this one (https://docs.cidaas.com/faq/application-service-code); those of webhooks are unknown. */
const CODE = 'AATON1001';

export type Refuse = (status: number, message: string) => Answer;

export function refuseIn(form: ErrorForm): Refuse {
  return (status, message) => {
    const referenceNumber = randomUUID();
    // The name of the header is inferred.
    return { status, headers: { 'x-ref-number': referenceNumber }, body: bodyOf(form, status, message, referenceNumber) };
  };
}

export function oauthError(status: number, error: string, description: string): Answer {
  return { status, body: { error, error_description: description } };
}

function bodyOf(form: ErrorForm, status: number, message: string, referenceNumber: string): object {
  switch (form) {
    case 'object':
      return { success: false, status, error: { code: CODE, moreInfo: '', type: 'WebhookException', status, referenceNumber, error: message } };
    case 'text':
      return { success: false, status, data: null, error: message };
    case 'bare':
      return { error: message };
  }
}
