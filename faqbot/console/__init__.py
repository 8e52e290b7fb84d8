"""The console of the support staff, at ``/admin``; complete without JavaScript."""
