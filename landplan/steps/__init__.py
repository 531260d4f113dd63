"""The main job as pure functions: join, measure, score, propose, choose."""
