"""Reports of assessments: one file a kind, which enters its writer with ``@report_writer`` (`assess/reporting.py`)."""
