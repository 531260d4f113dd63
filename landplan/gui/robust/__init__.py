"""The parts of the robustness panel."""
