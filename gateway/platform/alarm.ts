/** Sees to it that the alarm of an object rings at a time given in milliseconds since 1970, or before. */
export async function ringBy(storage: DurableObjectStorage, at: number): Promise<void> {
  const next = await storage.getAlarm()
  if (next === null || next > at) await storage.setAlarm(at)
}
