/** Sets the alarm of an object to a time in milliseconds since 1970, unless it is set to an earlier one. */
export async function ensureAlarmBefore(storage: DurableObjectStorage, at: number): Promise<void> {
  const next = await storage.getAlarm()
  if (next === null || next > at) await storage.setAlarm(at)
}
