/** A sleep that can be cut short. */
export interface Alarm {
  /** Ends the sleep; when nobody sleeps, the next sleep ends at once, so that no call is lost between two sleeps. */
  ring(): void;
  /** Never rejects. One sleeper at a time. */
  sleep(ms: number): Promise<void>;
}

/** Creates an alarm that has not rung. */
export function createAlarm(): Alarm {
  let rung = false;
  let wakeUp: (() => void) | undefined;
  return {
    ring() {
      rung = true;
      wakeUp?.();
    },
    async sleep(ms) {
      if (!rung) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms);
          wakeUp = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      rung = false;
      wakeUp = undefined;
    },
  };
}
