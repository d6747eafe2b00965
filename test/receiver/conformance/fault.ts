/**
 * In which respect a receiver failed:
 * answer (another one than documented), late (it waited for its destinations before it answered), lost (an event that was
 * acknowledged, or repeated until it was, had no effect), repeated (it had more than one), partial (what was refused had an
 * effect or was kept), state (it is not kept just once), leak (a secret turned up).
 */
export type Aspect = 'answer' | 'late' | 'lost' | 'repeated' | 'partial' | 'state' | 'leak';

export interface Fault {
  readonly aspect: Aspect;
  readonly what: string;
}
