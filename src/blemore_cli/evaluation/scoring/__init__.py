"""Official metrics, decoding and calibration."""
