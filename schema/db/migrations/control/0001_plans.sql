-- The plans a new installation starts with; the operator changes them through /admin/v1/plans.
INSERT INTO plans (id, name, requests_per_minute, concurrent, tokens_per_day, models, evaluation_rows, retention_days) VALUES
  ('research', 'Research and education', 60, 4, 2000000, NULL, 2000, 90),
  ('commercial', 'Commercial', 300, 16, 20000000, NULL, 20000, 90),
  ('demo', 'Demo on one machine', 600, 16, 5000000, NULL, 2000, 30);
